#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { mymdc } from "./program.ts";

runMain(mymdc);
