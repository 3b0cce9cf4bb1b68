package dev.sluice.demos;

import dev.sluice.Channel;
import dev.sluice.Message;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Simulates a stock exchange: 200 stocks, 300 trades a second. Each trade is an event whose key is the
/// stock, so a `snapshot` has the newest price of every stock, followed by each change. A reader that asks
/// for `conflate` skips prices that were replaced before it read them.
final class Quotes implements Use {
    static final String CHANNEL = "demos/quotes";
    static final int STOCKS = 200;

    private static final int TRADES_PER_STEP = 15;
    private static final Duration PERIOD = Duration.ofMillis(50);
    private static final int LETTERS = 26;

    /// A trade.
    ///
    /// @param number the number of the trade
    /// @param cents  the price
    /// @param change the change since the opening of the exchange, in hundredths of a percent
    record Quote(long number, String stock, long cents, long change) {}

    private final Random random;
    private List<String> stocks =
            List.of(); // Empty until the first trade, because inventing them would delay the start of a hub.
    private final long[] opening = new long[STOCKS];
    private final long[] cents = new long[STOCKS];
    private long trades;

    Quotes() {
        this(new Random());
    }

    Quotes(Random random) {
        this.random = random;
    }

    @Override
    public String name() {
        return "quotes";
    }

    @Override
    public Map<String, String> retention() {
        return Map.of("retention.max_events", "5000", "retention.keep", "newest-of-key");
    }

    @Override
    public void on(Sluice hub, Routes routes) {
        Use.watched(hub, routes, new Feed(hub, CHANNEL, PERIOD, () -> trade(hub.channel(CHANNEL))));
    }

    private boolean trade(Channel channel) {
        for (int i = 0; i < TRADES_PER_STEP; i++) {
            Quote quote = next();
            if (!channel.publish(Message.json(quote).key(quote.stock)).isStored()) return false;
        }
        return true;
    }

    /// Returns the next trade. Each stock is traded once first, so that every price is soon known.
    Quote next() {
        if (stocks.isEmpty()) open();
        int stock = trades < STOCKS ? (int) trades : random.nextInt(STOCKS);
        double step = random.nextGaussian() * 0.002;
        cents[stock] = Math.max(1, Math.round(cents[stock] * (1 + step)));
        long change = Math.round((cents[stock] - opening[stock]) * 10_000.0 / opening[stock]);
        return new Quote(trades++, stocks.get(stock), cents[stock], change);
    }

    private void open() {
        stocks = symbols();
        for (int i = 0; i < STOCKS; i++) opening[i] = cents[i] = random.nextLong(500, 50_000);
    }

    /// Invents symbols of three letters. They are the same on each start, so that the log keeps no other
    /// keys.
    private static List<String> symbols() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < LETTERS * LETTERS * LETTERS; i++) {
            all.add("" + letter(i / (LETTERS * LETTERS)) + letter(i / LETTERS) + letter(i));
        }
        Collections.shuffle(all, new Random(STOCKS));
        return all.subList(0, STOCKS).stream().sorted().toList();
    }

    private static char letter(int index) {
        return (char) ('A' + index % LETTERS);
    }
}
