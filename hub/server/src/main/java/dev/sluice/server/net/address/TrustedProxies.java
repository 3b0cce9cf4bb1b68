package dev.sluice.server.net.address;

import java.net.InetAddress;
import java.util.List;

/// The proxies whose reports about the addresses of clients are trusted. May be used from any thread.
@FunctionalInterface
public interface TrustedProxies {
    TrustedProxies NONE = of(List.of());

    boolean contains(InetAddress address);

    static TrustedProxies of(List<AddressRange> ranges) {
        return new Ranges(List.copyOf(ranges));
    }

    /// The proxies whose addresses are in one of the ranges.
    record Ranges(List<AddressRange> ranges) implements TrustedProxies {
        @Override
        public boolean contains(InetAddress address) {
            for (AddressRange each : ranges) if (each.contains(address)) return true;
            return false;
        }
    }
}
