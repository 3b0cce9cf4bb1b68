package dev.sluice.client;

import java.util.Optional;

/**
 * Where a channel stands.
 *
 * @param cursor   the head of the log: subscribing after it brings what is to come
 * @param latest   the id of the channel's newest event that is kept, if any
 * @param earliest the id of its oldest event that is kept, if any
 * @param isClosed whether the channel has ended
 */
public record ChannelHead(String cursor, Optional<String> latest, Optional<String> earliest, boolean isClosed) {}
