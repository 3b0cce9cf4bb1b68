package dev.sluice.app.cli;

import dev.sluice.load.Load;
import java.util.Locale;

/// The progress of a measurement, each second.
public final class ProgressLine implements AutoCloseable {
    private final StatusLine line;

    public ProgressLine(Messages messages, boolean isTerminal) {
        line = new StatusLine(messages, isTerminal);
    }

    public void show(Load.Progress progress) {
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
