package dev.sluice.server.net;

import java.net.InetAddress;
import java.util.List;

/// The proxies that are believed when they say where a client is.
public record TrustedProxies(List<AddressRange> ranges) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    public TrustedProxies {
        ranges = List.copyOf(ranges);
    }

    public boolean contains(InetAddress address) {
        for (AddressRange each : ranges) if (each.contains(address)) return true;
        return false;
    }
}
