#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { ctaData } from "./program.ts";

runMain(ctaData);
