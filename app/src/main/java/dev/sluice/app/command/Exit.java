package dev.sluice.app.command;

/// How the program ends: 0 when all is well, else a code that a script can tell apart, as in sysexits.h where that has
/// one. `docs/cli.md` has the same table.
final class Exit {
    /// The hub said no.
    static final int REFUSED = 1;

    /// A measurement found events lost, repeated, out of order or damaged.
    static final int FAULTY = 2;

    /// The command was typed wrong: EX_USAGE.
    static final int USAGE = 64;

    /// Data to publish is not what it is said to be: EX_DATAERR.
    static final int DATA = 65;

    /// A file to publish can't be read, or there is no log or backup: EX_NOINPUT.
    static final int NO_INPUT = 66;

    /// The hub can't be reached, or the port can't be had: EX_UNAVAILABLE.
    static final int UNAVAILABLE = 69;

    /// A fault of this program: EX_SOFTWARE.
    static final int SOFTWARE = 70;

    /// What is to be made would go over something: EX_CANTCREAT.
    static final int CANT_CREATE = 73;

    /// Reading or writing failed on the way: EX_IOERR.
    static final int IO = 74;

    /// The configuration can't be used: EX_CONFIG.
    static final int CONFIG = 78;

    /// Stopped on the way, as by Ctrl-C: what a shell shows for a program that SIGINT ended.
    static final int INTERRUPTED = 128 + 2;

    /// Whoever read the output went away: what a shell shows for a program that SIGPIPE ended.
    static final int BROKEN_PIPE = 128 + 13;

    private Exit() {}
}
