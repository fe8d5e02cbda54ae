#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { cernAuth } from "./program.ts";

runMain(cernAuth);
