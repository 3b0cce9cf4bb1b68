package dev.sluice.server.net;

import java.net.InetAddress;
import java.util.List;

/// The proxies that are believed when they say where a client is. May be used from any thread.
@FunctionalInterface
public interface TrustedProxies {
    TrustedProxies NONE = _ -> false;

    boolean contains(InetAddress address);

    static TrustedProxies of(List<AddressRange> ranges) {
        List<AddressRange> all = List.copyOf(ranges);
        return address -> {
            for (AddressRange each : all) if (each.contains(address)) return true;
            return false;
        };
    }
}
