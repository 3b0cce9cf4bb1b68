package dev.sluice.server.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The files of the pages, each loaded when it is first asked for.
final class Assets {
    /// The names of the files that browsers load.
    static final List<String> ALL = List.of(
            "announce.js",
            "api/api.css",
            "api/api.js",
            "base64.js",
            "channel-messages.js",
            "channel-words.js",
            "channel/ansi.js",
            "channel/around.js",
            "channel/binary.js",
            "channel/channel.css",
            "channel/channel.js",
            "channel/choice.js",
            "channel/columns.js",
            "channel/commands.js",
            "channel/detail.js",
            "channel/diff.js",
            "channel/ending.js",
            "channel/figures.js",
            "channel/filter.js",
            "channel/heads.js",
            "channel/histogram.js",
            "channel/hub-search.js",
            "channel/inbox.js",
            "channel/items.js",
            "channel/json.js",
            "channel/list.js",
            "channel/marks.js",
            "channel/older.js",
            "channel/period.js",
            "channel/publish.js",
            "channel/row.js",
            "channel/search.js",
            "channel/selection.js",
            "channel/templates.js",
            "channel/timeline.js",
            "channel/trace.js",
            "channel/wire.js",
            "chart/card.js",
            "chart/chart.css",
            "chart/chart.js",
            "chart/crosshair.js",
            "chart/scale.js",
            "client-state.js",
            "connections/connections.css",
            "connections/connections.js",
            "connections/detail.js",
            "connections/history.js",
            "connections/model.js",
            "connections/steps.js",
            "connections/table.js",
            "design/base.css",
            "design/components.css",
            "design/shell.css",
            "design/tokens.css",
            "doctor/arrival.js",
            "doctor/baseline.js",
            "doctor/doctor-messages.js",
            "doctor/doctor-words.js",
            "doctor/doctor.css",
            "doctor/doctor.js",
            "doctor/findings.en.json",
            "doctor/findings.zh.json",
            "doctor/probes.js",
            "doctor/upload.js",
            "doctor/way.js",
            "dom.js",
            "early.js",
            "error/error.css",
            "error/error.js",
            "error/nearest.js",
            "frame.js",
            "hub.js",
            "icon-off.svg",
            "icon.png",
            "icon.svg",
            "icons.svg",
            "later-messages.js",
            "later-words.js",
            "login/login.css",
            "login/login.js",
            "messages.js",
            "nodes/model.js",
            "nodes/nodes.css",
            "nodes/nodes.js",
            "nodes/table.js",
            "operator-messages.js",
            "operator-words.js",
            "overview-messages.js",
            "overview-words.js",
            "overview/channels.js",
            "overview/charts.js",
            "overview/commands.js",
            "overview/look.js",
            "overview/nodes.js",
            "overview/order.js",
            "overview/overview.css",
            "overview/overview.js",
            "overview/table.js",
            "overview/tail.js",
            "overview/tiles.js",
            "pace.js",
            "palette.js",
            "place.js",
            "preview.js",
            "program.js",
            "reason.js",
            "requests.js",
            "settings/cards.js",
            "settings/model.js",
            "settings/settings.css",
            "settings/settings.js",
            "shortcuts.js",
            "sight.js",
            "spark.js",
            "state.js",
            "stats-messages.js",
            "stats-words.js",
            "stats/figures.js",
            "stats/history.js",
            "stats/live.js",
            "stats/metrics.js",
            "subscription.js",
            "tabs.js",
            "tone.js",
            "traces/traces.css",
            "traces/traces.js",
            "transports.js",
            "typing.js",
            "vendor/preact.js",
            "vendor/uplot.css",
            "vendor/uplot.js",
            "words.js");

    private static final Set<String> NAMES = Set.copyOf(ALL);

    /// Comments on separate lines, which are a sixth of the bytes of the scripts.
    private static final Pattern COMMENTS = Pattern.compile("(?ms)^[ \\t]*(?://[^\\n]*|/\\*\\*.*?\\*/)[ \\t]*\\n");

    /// The files that browsers have requested so far, shared by all servers of the process. Compressing all
    /// files would take longer than the rest of a start.
    private static final Map<String, Asset> LOADED = new ConcurrentHashMap<>();

    private Assets() {}

    /// The file of this name; empty if it does not exist or browsers may not load it.
    static Optional<Asset> named(String name) {
        return NAMES.contains(name) ? Optional.of(loaded(name)) : Optional.empty();
    }

    /// Loads the files that browsers request next, on a separate thread: reading and compressing dozens of them
    /// on the event loops would delay the first view of a page after a start.
    static void loadAhead(List<String> names) {
        Thread.ofVirtual()
                .name("sluice assets")
                .start(() -> names.stream().filter(NAMES::contains).forEach(Assets::loaded));
    }

    static Asset icon() {
        return loaded("icon.png");
    }

    private static Asset loaded(String name) {
        return LOADED.computeIfAbsent(name, _ -> Asset.of(contentType(name), served(name)));
    }

    /// Returns the bytes to serve: scripts without comments, but libraries with their licences.
    private static byte[] served(String name) {
        if (!name.endsWith(".js") || name.startsWith("vendor/")) return bytes(name);
        return COMMENTS.matcher(text(name)).replaceAll("").getBytes(StandardCharsets.UTF_8);
    }

    private static String contentType(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".css" -> "text/css; charset=utf-8";
            case ".js" -> "text/javascript; charset=utf-8";
            case ".json" -> "application/json";
            case ".svg" -> "image/svg+xml";
            case ".png" -> "image/png";
            default -> throw new IllegalArgumentException("no media type for " + name);
        };
    }

    /// Reads a resource as text. Its name is relative to this package, or absolute with a leading slash.
    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /// Reads a resource; see {@link #text}.
    static byte[] bytes(String name) {
        try (InputStream file = Assets.class.getResourceAsStream(name)) {
            if (file == null) throw new IllegalStateException("the server was built without its page " + name);
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
