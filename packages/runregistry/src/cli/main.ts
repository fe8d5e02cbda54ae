#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { runreg } from "./program.ts";

runMain(runreg);
