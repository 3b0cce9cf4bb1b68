package dev.sluice.server.http.head;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The host in a request: the name by which the client addresses the server (RFC 9110 §7.2).
///
/// @param name in lower case, an IPv6 address in brackets; without the dot at the end of a fully qualified name,
///             which names the same host (RFC 1034 §3.1) and keeps a resolver from appending a domain
/// @param port -1 if none was given
public record Host(String name, int port) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern FORM =
            Pattern.compile("(\\[[0-9a-f:.]{2,45}]|[a-z0-9._~%!$&'()*+,;=-]{1,255})(?::([0-9]{0,5}))?");

    /// An IPv4 address in the form to which browsers normalise it (WHATWG URL §4.8).
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    /// The text that was parsed last: most requests have the same one.
    private record Parsed(String text, Optional<Host> host) {}

    private static volatile Parsed last = new Parsed("", Optional.empty());

    static Optional<Host> parse(String text) {
        Parsed before = last;
        if (before.text.equals(text)) return before.host;
        Optional<Host> host = parseAnew(text);
        last = new Parsed(text, host);
        return host;
    }

    private static Optional<Host> parseAnew(String text) {
        var parts = FORM.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) return Optional.empty();
        String name = withoutRootDot(parts.group(1));
        if (name.endsWith(".")) return Optional.empty();
        String port = parts.group(2);
        return Optional.of(new Host(name, port == null || port.isEmpty() ? -1 : Integer.parseInt(port)));
    }

    public static String withoutRootDot(String name) {
        return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// @throws ProblemException as RFC 9112 §3.2 requires: no `Host` in HTTP/1.1, several, or an invalid one
    static @Nullable Host of(HeaderList headers, boolean isHttp10, RequestTarget target) {
        if (headers.isRepeated(HeaderNames.HOST)) throw refused("The request has several Host headers: send one.");
        String header = headers.get(HeaderNames.HOST);
        if (header == null && !isHttp10) {
            throw refused("The request has no Host header: HTTP/1.1 requires one.");
        }
        // The authority of the absolute form takes precedence over the header (RFC 9112 §3.2.2), which must still
        // be valid.
        Optional<Host> parsed = header == null ? Optional.empty() : parse(header);
        if (header != null && !header.isEmpty() && parsed.isEmpty()) throw refused(notAName(header));
        String authority = target.authority();
        if (authority != null) return parse(authority).orElseThrow(() -> refused(notAName(authority)));
        return parsed.orElse(null);
    }

    private static String notAName(String host) {
        return "The host " + Problems.quoted(host) + " is not a name and port.";
    }

    private static ProblemException refused(String detail) {
        return Problems.BAD_REQUEST.refused("Host", detail);
    }

    public boolean isLoopback() {
        return LOOPBACK.contains(name);
    }

    /// Returns true for an IP address, which unlike a name can't be made to resolve to another address.
    public boolean isAddress() {
        return name.startsWith("[") || IPV4.matcher(name).matches();
    }
}
