package dev.sluice.client;

import dev.sluice.client.json.Utf8;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Spells addresses below a hub's own; immutable. */
final class HubAddress {
    private static final String UNRESERVED = "-._~*"; // '*' is for wildcards, and means nothing else in an address.
    private static final int NAME_BYTES_MAX = 255;

    private final String base;

    /** @throws IllegalArgumentException if this is no http or https address of a host */
    HubAddress(URI base) {
        var scheme = base.getScheme();
        boolean isHttp = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!isHttp || base.getHost() == null || base.getRawQuery() != null || base.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "A hub's address is like http://localhost:8420 or https://example.org/hub, not " + base);
        }
        var text = base.toString();
        this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    boolean isTls() {
        return base.regionMatches(true, 0, "https", 0, 5);
    }

    /** Of one channel or pattern. */
    URI channel(String name, Map<String, String> parameters) {
        return URI.create(base + "/channels/" + path(name) + query("", parameters));
    }

    /** Of several channels or patterns, or none in particular. */
    URI channels(List<String> names, Map<String, String> parameters) {
        var selection = names.stream().map(name -> "name=" + encode(name)).collect(Collectors.joining("&"));
        return URI.create(base + "/channels" + query(selection, parameters));
    }

    /** @throws IllegalArgumentException if this can't be the name of a channel, or a pattern; the hub checks the rest */
    static String checkName(String name) {
        for (String segment : name.split("/", -1)) {
            // Proxies take these out of a path, and so would lead to another channel.
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException(
                        "A channel's name has segments between '/', none empty, '.' or '..': '" + name + "'");
            }
        }
        int bytes = Utf8.encode("A channel's name", name).length;
        if (bytes > NAME_BYTES_MAX) {
            throw new IllegalArgumentException("A channel's name has 1 to 255 bytes, this one " + bytes);
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
        for (byte b : Utf8.encode("A part of an address", text)) {
            char c = (char) (b & 0xff);
            boolean isPlain = c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0);
            if (isPlain) encoded.append(c);
            else encoded.append(String.format("%%%02X", (int) c));
        }
        return encoded.toString();
    }
}
