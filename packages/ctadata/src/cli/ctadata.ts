#!/usr/bin/env node
import { runMain } from "@sci/cli-core";
import { ctaData } from "./program.ts";

// The other name of cta-data, as an entry of its own: a link's name does not reach a program on every system.
runMain({ ...ctaData, name: "ctadata" });
