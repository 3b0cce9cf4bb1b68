package dev.sluice.app.command;

import dev.sluice.app.config.Configuration;
import dev.sluice.app.config.InvalidConfiguration;
import dev.sluice.core.log.ChannelState;
import dev.sluice.storage.CannotOpen;
import dev.sluice.storage.Inspection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sluice log`: what stands in a log's folder, and whether it fits together.
@Command(
        description = "Show what a hub's log has, and check all of it. No hub may be running on it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {
            "",
            "Ends with 2 if something does not fit together. A running hub: sluice backup, and look at that.",
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

    @Option(names = "--json", description = "Print it as one JSON object, with all channels.")
    private boolean isJson;

    InspectLog(Surroundings surroundings, Output out) {
        this.out = out;
        log = new LogAccess(surroundings);
    }

    @Override
    public Integer call() throws InvalidConfiguration {
        var configuration = log.configuration();
        var folder = log.folder(configuration);
        try {
            var found = Inspection.of(folder);
            if (isJson) out.line(InspectedJson.of(folder, found, configuration.retention()));
            else print(folder, found, configuration);
            return found.faults().isEmpty() ? 0 : Exit.FAULTY;
        } catch (CannotOpen reason) {
            throw LogAccess.failure(reason);
        }
    }

    private void print(Path folder, Inspection found, Configuration configuration) {
        out.line("folder    " + folder + ", " + ChannelTable.size(found.bytes()) + " on disk");
        lines(found, configuration).forEach(out::line);
    }

    private static List<String> lines(Inspection found, Configuration configuration) {
        var lines = new ArrayList<String>();
        lines.add("head      " + found.head().text() + time(found.timeMs(), " of "));
        lines.add("epochs    " + epochs(found) + (found.wasClosed() ? "" : "; the last did not end cleanly"));
        for (var rule : configuration.retention()) lines.add("rule      " + rule);
        lines.add("channels  %,d, with %,d events of %s"
                .formatted(
                        found.channels().size(),
                        found.channels().stream()
                                .mapToLong(ChannelState::events)
                                .sum(),
                        ChannelTable.size(found.channels().stream()
                                .mapToLong(ChannelState::bytes)
                                .sum())));
        for (var torn : found.torn()) {
            lines.add(
                    "torn      %,d bytes at the end of '%s', of a write that a crash cut short; the next start drops them"
                            .formatted(torn.bytes(), torn.file()));
        }
        if (found.faults().isEmpty()) lines.add("checked   all fits together");
        for (var fault : found.faults()) lines.add("fault     " + Messages.printable(fault));
        if (!found.channels().isEmpty()) lines.addAll(largest(found.channels()));
        return lines;
    }

    private static String epochs(Inspection found) {
        var lives = found.lives();
        var newest = lives.subList(Math.max(0, lives.size() - EPOCHS_SHOWN), lives.size()).stream()
                .map(life -> life.epoch().value() + " behind " + life.from())
                .collect(Collectors.joining(", "));
        return lives.size() <= EPOCHS_SHOWN ? newest : "%,d, of them ".formatted(lives.size()) + newest;
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
        int left = channels.size() - rows.size();
        if (left > 0) lines.add("and %,d more with less data".formatted(left));
        return lines;
    }

    private static String time(long timeMs, String before) {
        return timeMs == 0 ? "" : before + Instant.ofEpochMilli(timeMs);
    }
}
