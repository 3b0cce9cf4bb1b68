package dev.sluice.app.killed;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Looks up names as the system does while no name server answers, if they end with `.silent`: the call does
/// not return, in native code, so that a virtual thread keeps its carrier. A full pipe without a reader does
/// the same, with the JDK's own way of adding a carrier for one that is held. A name that ends with `.late`
/// is not found when it is looked up first, as during a short outage of a name server; later it resolves to
/// this machine.
///
/// A process uses it if its class path has the class and its name in `META-INF/services`.
public final class SilentNames extends InetAddressResolverProvider {
    /// The system property with the path of the pipe.
    static final String PIPE = "sluice.test.pipe";

    /// The names that were looked up.
    private static final Set<String> LATE = ConcurrentHashMap.newKeySet();

    private static final int MORE_THAN_FITS = 1 << 20;

    @Override
    public String name() {
        return "silent";
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        return new Resolver(configuration.builtinResolver(), pipe());
    }

    private static RandomAccessFile pipe() {
        try {
            return new RandomAccessFile(System.getProperty(PIPE), "rws"); // Only `s` counts as blocking.
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    private record Resolver(InetAddressResolver system, RandomAccessFile pipe) implements InetAddressResolver {
        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
            if (host.endsWith(".late")) return late(host);
            if (!host.endsWith(".silent")) return system.lookupByName(host, policy);
            try {
                pipe.write(new byte[MORE_THAN_FITS]);
            } catch (IOException closed) {
                throw new UncheckedIOException(closed);
            }
            throw new UnknownHostException(host);
        }

        private static Stream<InetAddress> late(String host) throws UnknownHostException {
            if (LATE.add(host)) throw new UnknownHostException(host);
            return Stream.of(InetAddress.getLoopbackAddress());
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return system.lookupByAddress(address);
        }
    }
}
