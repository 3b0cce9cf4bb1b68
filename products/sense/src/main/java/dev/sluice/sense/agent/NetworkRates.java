package dev.sluice.sense.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/// The rates at which each network interface receives and sends.
final class NetworkRates {
    private static final int INTERFACES_MAX = 16;

    /// The number of measurements after which new interfaces are detected.
    private static final int LIST_EVERY = 60;

    private record Counts(long received, long sent, long atNs) {}

    private final HardwareAbstractionLayer hardware;
    private final Map<String, Counts> before = new HashMap<>();
    private List<NetworkIF> interfaces = List.of();
    private long count;

    NetworkRates(HardwareAbstractionLayer hardware) {
        this.hardware = hardware;
    }

    /// Returns bytes per second for each interface that has carried any.
    List<Map<String, Object>> measure() {
        if (count++ % LIST_EVERY == 0) {
            interfaces = hardware.getNetworkIFs().stream()
                    .sorted(Comparator.comparingLong((NetworkIF each) -> each.getBytesRecv() + each.getBytesSent())
                            .reversed())
                    .limit(INTERFACES_MAX)
                    .toList();
        } else {
            interfaces.forEach(NetworkIF::updateAttributes);
        }
        List<Map<String, Object>> all = new ArrayList<>();
        for (NetworkIF each : interfaces) {
            var now = new Counts(each.getBytesRecv(), each.getBytesSent(), System.nanoTime());
            Counts old = before.put(each.getName(), now);
            if (now.received + now.sent == 0) continue;
            Map<String, Object> rates = new LinkedHashMap<>();
            rates.put("name", each.getName());
            rates.put("in", old == null ? 0 : rate(old.received, now.received, now.atNs - old.atNs));
            rates.put("out", old == null ? 0 : rate(old.sent, now.sent, now.atNs - old.atNs));
            all.add(rates);
        }
        return all;
    }

    /// Returns 0 if the counter is smaller than before, because it was reset.
    private static long rate(long from, long to, long ns) {
        return to < from || ns <= 0 ? 0 : Math.round((to - from) * 1e9 / ns);
    }
}
