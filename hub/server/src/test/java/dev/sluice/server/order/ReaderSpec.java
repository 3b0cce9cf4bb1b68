package dev.sluice.server.order;

import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.log.Start;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// A reader's subscription, the same for all its connections.
///
/// @param first its start before it has a cursor
public record ReaderSpec(
        Selection selection, Set<String> types, boolean conflate, boolean coalesce, boolean gapFails, From first) {
    private static final List<String> PATTERNS =
            List.of("**", "*", "chat/*", "a/*/c", "a/**", "a/b/*", "*/7", "nobody/here");

    static ReaderSpec draw(Random random, long nowMs) {
        String[] patterns = new String[random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1];
        boolean named = random.nextBoolean();
        for (int i = 0; i < patterns.length; i++) {
            List<String> from = named || random.nextInt(3) == 0 ? Publications.CHANNELS : PATTERNS;
            patterns[i] = from.get(random.nextInt(from.size()));
        }
        Set<String> types = new TreeSet<>();
        if (random.nextInt(4) == 0) types.add(Publications.TYPES.get(random.nextInt(3)));
        if (random.nextInt(8) == 0) types.add(Publications.TYPES.get(random.nextInt(3)));
        boolean conflate = random.nextInt(5) == 0;
        return new ReaderSpec(
                Selection.of(patterns),
                types,
                conflate,
                !conflate && random.nextInt(4) == 0,
                random.nextInt(12) == 0,
                first(random, nowMs));
    }

    private static From first(Random random, long nowMs) {
        return switch (random.nextInt(6)) {
            case 0 -> new From.Snapshot();
            case 1 -> new From.At(new Start.Last(random.nextInt(8)));
            case 2 -> new From.At(new Start.Since(nowMs - random.nextInt(60_000)));
            case 3 -> new From.At(new Start.Latest());
            default -> new From.At(new Start.Earliest());
        };
    }

    SubscriptionSpec subscription() {
        return new SubscriptionSpec(selection, types, first, conflate, coalesce, gapFails);
    }

    /// The request target: the path, and all parameters but the start.
    ///
    /// @param inPath whether a single pattern is in the path rather than in `name=`
    String url(boolean inPath, List<String> parameters) {
        List<Pattern> patterns = selection.patterns();
        boolean isPath = inPath && patterns.size() == 1;
        String path = isPath ? "/" + patterns.getFirst().value().replace(" ", "%20") : "";
        List<String> all = new ArrayList<>(parameters);
        if (!isPath) for (Pattern each : patterns) all.add("name=" + encoded(each.value()));
        if (!types.isEmpty()) all.add("type=" + encoded(String.join(",", types)));
        if (conflate) all.add("conflate=true");
        if (coalesce) all.add("coalesce=true");
        if (gapFails) all.add("gap=fail");
        return "/channels" + path + (all.isEmpty() ? "" : "?" + String.join("&", all));
    }

    /// A start as a query parameter.
    public static String parameter(From from) {
        return switch (from) {
            case From.Resume(String text) -> "after=" + text;
            case From.Place _ -> throw new IllegalArgumentException("only programs continue at a place");
            case From.Snapshot _ -> "snapshot=true";
            case From.At(Start.Latest _) -> "after=latest";
            case From.At(Start.Earliest _) -> "after=earliest";
            case From.At(Start.Since(long timeMs)) -> "since=" + Instant.ofEpochMilli(timeMs);
            case From.At(Start.Last(int count)) -> "last=" + count;
            case From.At(Start.Before _) -> throw new IllegalArgumentException("only polls page back");
        };
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
