package dev.sluice.app.cli;

/// Shows the current step: one line that is rewritten on a terminal, otherwise a line for each step.
public final class StatusLine implements AutoCloseable {
    private static final String REWRITE_LINE = "\r\033[K"; // ECMA-48: go to the beginning of the line and erase it.

    private final Messages messages;
    private final boolean isTerminal;
    private boolean isShown;

    public StatusLine(Messages messages, boolean isTerminal) {
        this.messages = messages;
        this.isTerminal = isTerminal;
    }

    public void show(String line) {
        if (isTerminal) messages.raw(REWRITE_LINE + line);
        else messages.text(line);
        isShown = true;
    }

    /// Erases the line on a terminal.
    @Override
    public void close() {
        if (isTerminal && isShown) messages.raw(REWRITE_LINE);
    }
}
