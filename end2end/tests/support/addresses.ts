// Where the servers under test are. The defaults are those of `cargo xtask run`.

/** TimeTap itself. */
export const timetapUrl = process.env.TIMETAP_URL ?? "http://127.0.0.1:3000";

/** The sandbox: stand-in Google, inbox and control page. */
export const sandboxUrl = process.env.SANDBOX_URL ?? "http://127.0.0.1:4010";
