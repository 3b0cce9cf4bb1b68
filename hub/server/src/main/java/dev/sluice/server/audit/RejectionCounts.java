package dev.sluice.server.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// Counts refused requests by address, until they are [taken][#take]. Beyond [#ADDRESSES_MAX] addresses, the
/// others are counted together: this bounds the memory and the audit events that a flood from many addresses can
/// take. May be used from any thread.
final class RejectionCounts {
    /// Addresses that are counted separately within a minute.
    static final int ADDRESSES_MAX = 100;

    /// Stands for all other addresses.
    static final String OTHERS = "others";

    /// @param last the reason of the last refusal
    record Count(String address, long count, String last) {}

    private final ConcurrentHashMap<String, Count> byAddress = new ConcurrentHashMap<>();

    void add(String address, String reason) {
        boolean isSeparate = byAddress.size() < ADDRESSES_MAX || byAddress.containsKey(address);
        byAddress.merge(
                isSeparate ? address : OTHERS,
                new Count(isSeparate ? address : OTHERS, 1, reason),
                (known, more) -> new Count(known.address, known.count + 1, more.last));
    }

    /// Returns the counts since the last call.
    List<Count> take() {
        List<Count> taken = new ArrayList<>();
        for (String address : byAddress.keySet()) {
            Count count = byAddress.remove(address);
            if (count != null) taken.add(count);
        }
        return taken;
    }
}
