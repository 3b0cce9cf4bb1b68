package dev.sluice.app.command;

import dev.sluice.load.Load;

/// What goes on while a measurement runs: one line that changes, or a line each second where nobody sits.
final class LiveLine implements AutoCloseable {
    private static final String LINE_AGAIN = "\r\033[K"; // ECMA-48: to the line's beginning, and erase it.

    private final Messages messages;
    private final boolean isTerminal;
    private boolean isShown;

    LiveLine(Messages messages, boolean isTerminal) {
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
        if (isTerminal) messages.now(LINE_AGAIN + line);
        else messages.text(line);
        isShown = true;
    }

    /// Leaves no trace on a terminal.
    @Override
    public void close() {
        if (isTerminal && isShown) messages.now(LINE_AGAIN);
    }
}
