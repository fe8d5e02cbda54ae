#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { oms } from "./program.ts";

runMain(oms);
