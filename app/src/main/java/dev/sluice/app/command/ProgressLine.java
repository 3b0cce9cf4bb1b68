package dev.sluice.app.command;

import dev.sluice.load.Load;
import java.util.Locale;

/// The progress of a measurement, each second.
final class ProgressLine implements AutoCloseable {
    private final StatusLine line;

    ProgressLine(Messages messages, boolean isTerminal) {
        line = new StatusLine(messages, isTerminal);
    }

    void show(Load.Progress progress) {
        line.show(String.format(
                Locale.ROOT,
                "%3d s  %-10s  %,d open  %,d published/s  %,d delivered/s",
                progress.seconds(),
                progress.phase(),
                progress.open(),
                progress.published(),
                progress.delivered()));
    }

    @Override
    public void close() {
        line.close();
    }
}
