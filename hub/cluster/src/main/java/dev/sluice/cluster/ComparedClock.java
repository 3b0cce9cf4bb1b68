package dev.sluice.cluster;

import dev.sluice.cluster.order.NodeOrder;
import dev.sluice.cluster.peers.Member;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// This node's clock, for the comparison with the clocks of the other nodes.
record ComparedClock(Member self, NodeOrder order, InstantSource clock) implements ClockCheck.Self {
    @Override
    public long timeMs() {
        return clock.millis();
    }

    @Override
    public List<String> others() {
        return order.members().stream()
                .filter(each -> each.id() != self.id())
                .map(each -> Member.requestAddress(each.address()))
                .toList();
    }

    @Override
    public boolean keepsTime() {
        return order.keepsTime();
    }

    @Override
    public void isAhead(Duration ofMedian) {
        order.peers().clockAhead(ofMedian);
    }
}
