package dev.sluice.sense.config;

import java.util.regex.Pattern;

/// A service that accepts TCP connections, written as `1.1.1.1:443`.
public record HostAndPort(String host, int port) {
    private static final Pattern FORM = Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^\\s:/\\[\\]]+):(\\d{1,5})");

    private static final int PORT_MAX = 65_535;

    /// @throws IllegalArgumentException if the text is not a host with a port
    static HostAndPort parse(String text) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) throw new IllegalArgumentException("'" + text + "' is not a host with a port");
        int port = Integer.parseInt(form.group(2));
        if (port < 1 || port > PORT_MAX) throw new IllegalArgumentException(port + " is not a port");
        return new HostAndPort(form.group(1).replaceAll("[\\[\\]]", ""), port);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
