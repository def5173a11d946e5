/** How often a password was wrong under one key, and when the next one may be tried. */
export interface SignInAttempt {
	readonly count: number;
	readonly notBefore: Date;
}

/** Wrong passwords, counted for all web processes together and across their restarts. */
export interface SignInAttempts {
	/** What is counted under a key; null for nothing. */
	get(key: string): Promise<SignInAttempt | null>;
	/**
	 * Counts one more where the count still is `from` (null: nothing counted); false where another attempt was
	 * faster. What is counted is forgotten at `expiresAt`.
	 */
	advance(key: string, from: number | null, to: SignInAttempt, expiresAt: Date): Promise<boolean>;
	forget(key: string): Promise<void>;
	/** Remembers that a person has signed in from a browser, by the digest of the token it keeps. */
	keepDevice(tokenHash: string, account: string, expiresAt: Date): Promise<void>;
	/** Whose browser it is; null for nobody's. */
	deviceOf(tokenHash: string): Promise<string | null>;
}
