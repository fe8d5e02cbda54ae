import type { defineConfig, Options } from "tsup";

export declare function preset(overrides?: Options): ReturnType<typeof defineConfig>;
