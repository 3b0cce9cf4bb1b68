package dev.sluice.cluster.tls;

import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// A context whose engines are watched. Ratis tells nobody why a handshake failed.
final class LoggingSslContext extends SSLContext {
    LoggingSslContext(SSLContext context, RefusalLog refusals) {
        super(new Spi(context, refusals), context.getProvider(), context.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext context;
        private final RefusalLog refusals;

        Spi(SSLContext context, RefusalLog refusals) {
            this.context = context;
            this.refusals = refusals;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return new LoggingSslEngine(context.createSSLEngine(), refusals);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return new LoggingSslEngine(context.createSSLEngine(host, port), refusals);
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random) {
            throw new UnsupportedOperationException("it is initialized");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("sockets are not watched");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("sockets are not watched");
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return context.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return context.getSupportedSSLParameters();
        }
    }
}
