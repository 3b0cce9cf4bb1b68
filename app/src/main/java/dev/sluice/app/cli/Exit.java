package dev.sluice.app.cli;

/// The exit codes: 0 for success, else the code of sysexits.h where there is one. `docs/cli.md` has the same table.
public final class Exit {
    /// The hub refused the request.
    public static final int REFUSED = 1;

    /// A measurement found events lost, repeated, out of order or damaged; or a log is inconsistent; or a
    /// cluster has no leader, or lacks a node.
    public static final int FAULTY = 2;

    /// Wrong usage of the command line: EX_USAGE.
    public static final int USAGE = 64;

    /// The data to publish does not have its declared format: EX_DATAERR.
    public static final int DATA = 65;

    /// A file to publish or to sign with can't be read, or there is no log or backup: EX_NOINPUT.
    public static final int NO_INPUT = 66;

    /// The hub can't be reached, or the port can't be used: EX_UNAVAILABLE.
    public static final int UNAVAILABLE = 69;

    /// An internal error of this program: EX_SOFTWARE.
    static final int SOFTWARE = 70;

    /// The command would overwrite something: EX_CANTCREAT.
    public static final int CANT_CREATE = 73;

    /// Reading or writing failed: EX_IOERR.
    public static final int IO = 74;

    /// The configuration can't be used: EX_CONFIG.
    public static final int CONFIG = 78;

    /// Interrupted, for example by Ctrl-C: the code that a shell reports for SIGINT.
    public static final int INTERRUPTED = 128 + 2;

    /// The reader of the output is gone: the code that a shell reports for SIGPIPE.
    public static final int BROKEN_PIPE = 128 + 13;

    private Exit() {}
}
