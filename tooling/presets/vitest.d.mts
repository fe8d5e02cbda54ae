import type { defineConfig } from "vitest/config";

export declare function preset(directory?: string): ReturnType<typeof defineConfig>;
