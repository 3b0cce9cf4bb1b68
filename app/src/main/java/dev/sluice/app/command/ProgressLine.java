package dev.sluice.app.command;

import dev.sluice.load.Load;

/// Progress of a measurement: one line that is rewritten on a terminal, else a line per second.
final class ProgressLine implements AutoCloseable {
    private static final String REWRITE_LINE = "\r\033[K"; // ECMA-48: go to the beginning of the line and erase it.

    private final Messages messages;
    private final boolean isTerminal;
    private boolean isShown;

    ProgressLine(Messages messages, boolean isTerminal) {
        this.messages = messages;
        this.isTerminal = isTerminal;
    }

    void show(Load.Progress progress) {
        var line = "%3d s  %-10s  %,d open  %,d published/s  %,d delivered/s"
                .formatted(
                        progress.seconds(),
                        progress.phase(),
                        progress.open(),
                        progress.published(),
                        progress.delivered());
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
