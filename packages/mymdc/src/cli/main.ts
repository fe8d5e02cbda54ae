#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { definition } from "./program.ts";

runMain(definition);
