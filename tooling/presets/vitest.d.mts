import type { ViteUserConfig } from "vitest/config";

export declare function preset(directory?: string): ViteUserConfig;
