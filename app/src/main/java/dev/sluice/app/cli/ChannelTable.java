package dev.sluice.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The hub's list of channels (docs/protocol.md §5) as a text table.
public final class ChannelTable {
    private static final List<String> HEADER = List.of("CHANNEL", "EVENTS", "SIZE", "NEWEST", "");
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    private final JsonNode list;

    private ChannelTable(JsonNode list) {
        this.list = list;
    }

    /// @throws CommandException if the JSON is not a list of channels
    public static ChannelTable of(String json) {
        try {
            var list = JsonMapper.shared().readTree(json);
            if (list.path("channels").isArray()) return new ChannelTable(list);
            throw new CommandException(Exit.UNAVAILABLE, "The server is not a hub: it has no list of channels.");
        } catch (JacksonException reason) {
            throw new CommandException(
                    Exit.UNAVAILABLE, "The server is not a hub: its list of channels can't be read.", reason);
        }
    }

    /// The cursor of the next page; empty if this is the last one.
    public Optional<String> next() {
        return list.path("next").stringValueOpt();
    }

    /// A header and a line for each channel.
    public List<String> lines() {
        var rows = new ArrayList<List<String>>();
        for (var channel : list.path("channels")) rows.add(row(channel));
        return lines(rows);
    }

    /// A header and these rows: name, events, size, newest, and whether it has ended.
    public static List<String> lines(List<List<String>> channels) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEADER);
        rows.addAll(channels);
        int nameWidth = width(rows, 0);
        int eventsWidth = width(rows, 1);
        int sizeWidth = width(rows, 2);
        var format = "%-" + nameWidth + "s  %" + eventsWidth + "s  %" + sizeWidth + "s  %-24s  %s";
        return rows.stream()
                .map(row -> String.format(Locale.ROOT, format, row.toArray()).stripTrailing())
                .toList();
    }

    private static List<String> row(JsonNode channel) {
        return List.of(
                Messages.printable(channel.path("name").asString("")),
                Long.toString(channel.path("events").asLong(0)),
                size(channel.path("bytes").asLong(0)),
                Messages.printable(channel.path("time").asString("-")),
                channel.path("closed").asBoolean(false) ? "ended" : "");
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
    }

    public static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        for (; size >= 1024 && unit < UNITS.size() - 1; unit++) size /= 1024;
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
    }
}
