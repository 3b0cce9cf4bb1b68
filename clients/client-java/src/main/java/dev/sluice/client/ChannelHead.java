package dev.sluice.client;

import java.util.Optional;

/**
 * The state of a channel.
 *
 * @param cursor   the head of the log: a subscription after it receives only new events
 * @param latest   the id of the channel's newest retained event, if any
 * @param earliest the id of its oldest retained event, if any
 * @param isClosed true if the channel has ended
 */
public record ChannelHead(String cursor, Optional<String> latest, Optional<String> earliest, boolean isClosed) {}
