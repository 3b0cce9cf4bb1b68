package dev.sluice.app.command;

import dev.sluice.app.cli.ChannelTable;
import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.cli.Exit;
import dev.sluice.app.cli.LogAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.app.cli.Output;
import dev.sluice.config.Configuration;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.core.log.ChannelState;
import dev.sluice.storage.folder.CannotOpenException;
import dev.sluice.storage.repair.Inspection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice log`: shows the contents of a log's folder, and checks it.
@Command(
        description = "Show the contents of a hub's log and check all of it. No hub may be running on it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Exits with 2 if the log is inconsistent. For a running hub, inspect a copy made by 'sluice backup'.",
            "",
            "  sluice log",
            "  sluice log --data /mnt/backups/monday",
            "  sluice log --json | jq .faults",
        })
final class InspectLog implements Callable<Integer> {
    private static final int EPOCHS_SHOWN = 5;
    private static final int CHANNELS_SHOWN = 20;

    private final Output out;

    @Mixin
    private final LogAccess log;

    @Option(names = "--json", description = "Print the result as one JSON object, with all channels.")
    private boolean isJson;

    InspectLog(CommandContext context, Output out) {
        this.out = out;
        log = new LogAccess(context);
    }

    @Override
    public Integer call() throws InvalidConfigurationException {
        var configuration = log.configuration();
        var folder = log.folder(configuration);
        try {
            var inspection = Inspection.of(folder);
            if (isJson) out.line(InspectedJson.of(folder, inspection, configuration.retention()));
            else print(folder, inspection, configuration);
            return inspection.faults().isEmpty() ? 0 : Exit.FAULTY;
        } catch (CannotOpenException reason) {
            throw LogAccess.failure(reason, folder);
        }
    }

    private void print(Path folder, Inspection inspection, Configuration configuration) {
        out.line("folder    " + folder + ", " + ChannelTable.size(inspection.bytes()) + " on disk");
        lines(inspection, configuration).forEach(out::line);
    }

    private static List<String> lines(Inspection inspection, Configuration configuration) {
        var lines = new ArrayList<String>();
        lines.add("head      " + inspection.head().text() + time(inspection.timeMs(), " of "));
        lines.add("epochs    " + epochs(inspection)
                + (inspection.wasClosed() ? "" : "; the last was not closed cleanly"));
        for (var rule : configuration.retention()) lines.add("rule      " + rule);
        lines.add(String.format(
                Locale.ROOT,
                "channels  %,d, with %,d events of %s",
                inspection.channels().size(),
                inspection.channels().stream().mapToLong(ChannelState::events).sum(),
                ChannelTable.size(inspection.channels().stream()
                        .mapToLong(ChannelState::bytes)
                        .sum())));
        for (var torn : inspection.torn()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "torn      %,d bytes at the end of '%s', from a write cut short by a crash; a start drops them",
                    torn.bytes(),
                    torn.file()));
        }
        if (inspection.faults().isEmpty()) lines.add("checked   no faults");
        for (var fault : inspection.faults()) lines.add("fault     " + Messages.printable(fault));
        if (!inspection.channels().isEmpty()) lines.addAll(largest(inspection.channels()));
        return lines;
    }

    private static String epochs(Inspection inspection) {
        var lives = inspection.lives();
        var newest = lives.subList(Math.max(0, lives.size() - EPOCHS_SHOWN), lives.size()).stream()
                .map(life -> life.epoch().value() + " after " + life.from())
                .collect(Collectors.joining(", "));
        return lives.size() <= EPOCHS_SHOWN
                ? newest
                : String.format(Locale.ROOT, "%,d, of them ", lives.size()) + newest;
    }

    private static List<String> largest(List<ChannelState> channels) {
        var rows = channels.stream()
                .sorted(Comparator.comparingLong(ChannelState::bytes).reversed().thenComparing(ChannelState::name))
                .limit(CHANNELS_SHOWN)
                .map(channel -> List.of(
                        Messages.printable(channel.name().value()),
                        Long.toString(channel.events()),
                        ChannelTable.size(channel.bytes()),
                        time(channel.timeMs(), ""),
                        channel.end() == null ? "" : "ended"))
                .toList();
        var lines = new ArrayList<String>(List.of(""));
        lines.addAll(ChannelTable.lines(rows));
        int hidden = channels.size() - rows.size();
        if (hidden > 0) lines.add(String.format(Locale.ROOT, "and %,d more with less data", hidden));
        return lines;
    }

    private static String time(long timeMs, String before) {
        return timeMs == 0 ? "" : before + Instant.ofEpochMilli(timeMs);
    }
}
