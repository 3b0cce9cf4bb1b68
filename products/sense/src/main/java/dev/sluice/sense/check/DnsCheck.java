package dev.sluice.sense.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.IDN;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/// Queries a name server for the records of a name.
///
/// @param server   the server's name or address; empty for those of the system, one after the other
/// @param type     a number of `org.xbill.DNS.Type`
/// @param expect   a value that one of the records must have; empty if any record is enough
public record DnsCheck(String server, int port, Name name, int type, String expect) implements Check {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// The timeout for each of several servers, because a check has ten seconds by default.
    private static final Duration TIMEOUT_OF_EACH = Duration.ofSeconds(2);

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        var lookup = new Lookup(name, type);
        try {
            // Resolved in each run: a server that can't be found now is a failure, not a mistake in the
            // definition.
            lookup.setResolver(server.isEmpty() ? ofSystem() : ofServer());
        } catch (UnknownHostException unknown) {
            return Outcome.failed(expected(), Phrase.of("no-name-server", server));
        }
        lookup.setCache(null); // Ask the server, not a cache.
        lookup.setHostsFileParser(null); // Ignore the hosts file of this machine.
        lookup.setSearchPath(List.of());
        Record[] records = lookup.run();
        if (Thread.interrupted()) throw new InterruptedException();
        if (records == null) return Outcome.failed(expected(), problem(lookup));
        String found = Arrays.stream(records).map(Record::rdataToString).collect(Collectors.joining(", "));
        if (!expect.isEmpty() && Arrays.stream(records).noneMatch(this::isExpected))
            return Outcome.failed(expected(), found);
        return new Outcome.Passed(Duration.ofNanos(System.nanoTime() - start), found);
    }

    private Resolver ofServer() throws UnknownHostException {
        var resolver = new SimpleResolver(server);
        resolver.setPort(port);
        resolver.setTimeout(TIMEOUT);
        return resolver;
    }

    /// Like the system's resolver: a server that does not answer is no failure while another one does
    /// (resolv.conf(5)).
    private static Resolver ofSystem() {
        List<Resolver> all = new ArrayList<>();
        for (InetSocketAddress each : systemServers()) {
            var resolver = new SimpleResolver(each);
            resolver.setTimeout(TIMEOUT_OF_EACH);
            all.add(resolver);
        }
        var resolvers = new ExtendedResolver(all);
        resolvers.setRetries(1);
        return resolvers;
    }

    /// Reads them in each run, because they change with the network. One run at a time: the library's readers of
    /// the configuration are shared.
    private static synchronized List<InetSocketAddress> systemServers() {
        ResolverConfig.refresh();
        return ResolverConfig.getCurrentConfig().servers();
    }

    /// Compares with the value as people write it: an address in any form, a name in any case and without its
    /// final dot, a text without quotation marks, although a record holds a long one in several parts.
    private boolean isExpected(Record found) {
        String value = found.rdataToString();
        if (value.equals(expect) || value.equals("\"" + expect + "\"")) return true;
        if (found instanceof TXTRecord parts) return whole(parts).equals(expect);
        try {
            return found.equals(Record.fromString(
                    found.getName(), found.getType(), found.getDClass(), found.getTTL(), expect, Name.root));
        } catch (IOException invalid) {
            return false; // No record of this type has such a value.
        }
    }

    private static String whole(TXTRecord parts) {
        var all = new ByteArrayOutputStream();
        parts.getStringsAsByteArrays().forEach(all::writeBytes);
        return all.toString(StandardCharsets.UTF_8);
    }

    private static Phrase problem(Lookup lookup) {
        return switch (lookup.getResult()) {
            case Lookup.HOST_NOT_FOUND -> Phrase.of("host-not-found");
            case Lookup.TYPE_NOT_FOUND -> Phrase.of("no-record");
            default -> Phrase.text(lookup.getErrorString());
        };
    }

    private Phrase expected() {
        return expect.isEmpty() ? Phrase.of("record") : Phrase.text(expect);
    }

    /// @throws IllegalArgumentException if the text is not a domain name
    public static Name name(String text) {
        try {
            boolean isAscii = text.chars().allMatch(each -> each < 128);
            return Name.fromString(isAscii ? text : IDN.toASCII(text, IDN.ALLOW_UNASSIGNED), Name.root);
        } catch (TextParseException invalid) {
            throw new IllegalArgumentException("'" + text + "' is not a domain name", invalid);
        }
    }
}
