package dev.sluice.client;

import dev.sluice.client.json.Utf8;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Builds URIs below a hub's base address. Immutable. */
final class HubAddress {
    private static final String UNRESERVED = "-._~*"; // '*' stands for wildcards; it has no special meaning in a URI.
    private static final int NAME_BYTES_MAX = 255;

    private final String base;

    /** @throws IllegalArgumentException if this is not an http or https URI with a host */
    HubAddress(URI base) {
        var scheme = base.getScheme();
        boolean isHttp = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!isHttp || base.getHost() == null || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "A hub's address must be like http://localhost:8420 or https://example.org/hub, was " + base);
        }
        var text = base.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    boolean isTls() {
        return base.regionMatches(true, 0, "https", 0, 5);
    }

    /** Returns the URI of one channel or pattern. */
    URI channel(String name, Map<String, String> parameters) {
        return URI.create(base + "/channels/" + path(name) + query("", parameters));
    }

    /** Returns the URI of a channel's lease. */
    URI lease(String name, Map<String, String> parameters) {
        return URI.create(base + "/leases/" + path(name) + query("", parameters));
    }

    /** Returns the URI of several channels or patterns, or of the list of channels. */
    URI channels(List<String> names, Map<String, String> parameters) {
        var selection = names.stream().map(name -> "name=" + encode(name)).collect(Collectors.joining("&"));
        return URI.create(base + "/channels" + query(selection, parameters));
    }

    /**
     * Checks the rules that matter for building a URI; the hub checks the others.
     *
     * @throws IllegalArgumentException if this cannot be a channel name or a pattern
     */
    static String checkName(String name) {
        for (String segment : name.split("/", -1)) {
            // Proxies remove such segments from a path, so the request would reach another channel.
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException(
                        "A channel's name must not have segments that are empty, '.' or '..', was '" + name + "'");
            }
        }
        int bytes = Utf8.encode("A channel's name", name).length;
        if (bytes > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("A channel's name must have 1 to 255 bytes, has " + bytes);
        }
        return name;
    }

    @Override
    public String toString() {
        return base;
    }

    private static String path(String name) {
        return encode(name).replace("%2F", "/");
    }

    private static String query(String selection, Map<String, String> parameters) {
        var query = new StringBuilder(selection);
        parameters.forEach((name, value) -> {
            if (query.length() > 0) query.append('&');
            query.append(encode(name)).append('=').append(encode(value));
        });
        return query.length() == 0 ? "" : "?" + query;
    }

    private static String encode(String text) {
        var encoded = new StringBuilder(text.length() + 16);
        for (byte b : Utf8.encode("A part of the address", text)) {
            char c = (char) (b & 0xff);
            boolean isUnreserved = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            if (isUnreserved) encoded.append(c);
            else encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
