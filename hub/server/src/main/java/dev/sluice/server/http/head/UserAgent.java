package dev.sluice.server.http.head;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The program that a client says it is, short enough for a list of clients: `curl/8.5.0`, `Firefox 140`.
public final class UserAgent {
    private static final int CHARACTERS_MAX = 40;

    /// Browsers send shorter headers. A longer one may be crafted to be slow to search.
    private static final int HEADER_MAX = 300;

    /// A browser also claims to be others: the first match names it.
    private static final List<Map.Entry<Pattern, String>> BROWSERS = List.of(
            Map.entry(Pattern.compile("\\bEdgA?/(\\d+)"), "Edge"),
            Map.entry(Pattern.compile("\\bOPR/(\\d+)"), "Opera"),
            Map.entry(Pattern.compile("\\bFirefox/(\\d+)"), "Firefox"),
            Map.entry(Pattern.compile("Chrome/(\\d+)"), "Chrome"),
            Map.entry(Pattern.compile("\\bVersion/(\\d+).* Safari/"), "Safari"));

    /// Thousands of clients are instances of a few programs, so recent headers are not searched again. Each
    /// header has one slot, chosen by its hash: a client that invents headers displaces others only for a
    /// moment.
    private static final AtomicReferenceArray<@Nullable Known> RECENT = new AtomicReferenceArray<>(256);

    private record Known(String header, String name) {}

    private UserAgent() {}

    /// The name of the program that sent the request, with its version; "" if it does not say.
    public static String of(RequestHead request) {
        String header = request.firstHeader("User-Agent");
        if (header == null || header.isBlank()) return "";
        String searched = header.substring(0, Math.min(header.length(), HEADER_MAX));
        int place = Math.floorMod(searched.hashCode(), RECENT.length());
        Known recent = RECENT.get(place);
        if (recent != null && recent.header().equals(searched)) return recent.name();
        String name = name(searched);
        RECENT.set(place, new Known(searched, name));
        return name;
    }

    private static String name(String header) {
        for (var each : BROWSERS) {
            Matcher found = each.getKey().matcher(header);
            if (found.find()) return each.getValue() + " " + found.group(1);
        }
        String product = header.strip().split("\\s", 2)[0];
        return product.codePoints()
                .filter(each -> !Character.isISOControl(each))
                .limit(CHARACTERS_MAX)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}
