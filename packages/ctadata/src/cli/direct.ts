#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { ctaDataDirect } from "./program.ts";

runMain(ctaDataDirect);
