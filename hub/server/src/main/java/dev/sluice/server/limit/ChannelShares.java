package dev.sluice.server.limit;

import dev.sluice.core.access.Grant;
import dev.sluice.core.delivery.channel.ChannelPolicy;
import dev.sluice.server.net.address.TrustedProxies;
import java.util.Optional;

/// Gives each caller a share of the channels that the log can keep. Channels of operators' backends are counted,
/// because their grants may limit them, but have no share. May be used from any thread.
public final class ChannelShares implements ChannelPolicy {
    private final CallerShares shares;
    private final TrustedProxies proxies;

    public ChannelShares(CallerShares shares, TrustedProxies proxies) {
        this.shares = shares;
        this.proxies = proxies;
    }

    @Override
    public Optional<ClientKey> identify(Grant grant) {
        return ClientKey.of(grant.principal(), proxies);
    }

    @Override
    public boolean permits(Grant grant, long held, long free) {
        return shares.identify(grant)
                .map(caller -> shares.permits(caller, held, 1, free))
                .orElse(true);
    }
}
