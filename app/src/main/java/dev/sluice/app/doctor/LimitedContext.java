package dev.sluice.app.doctor;

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

/// A context whose connections together receive no more than a budget. The JDK's client keeps the frames that
/// it must send to a server without a limit: if the server reads none, each of nine bytes takes hundreds.
final class LimitedContext extends SSLContext {
    LimitedContext(SSLContext context, ByteBudget budget) {
        super(new Spi(context, budget), context.getProvider(), context.getProtocol());
    }

    private static final class Spi extends SSLContextSpi {
        private final SSLContext context;
        private final ByteBudget budget;

        Spi(SSLContext context, ByteBudget budget) {
            this.context = context;
            this.budget = budget;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return new LimitedEngine(context.createSSLEngine(), budget);
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return new LimitedEngine(context.createSSLEngine(host, port), budget);
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys, TrustManager @Nullable [] trust, @Nullable SecureRandom random) {
            throw new UnsupportedOperationException("it is initialized");
        }

        /// Not limited: the probe with its own socket reads only the beginning of an answer.
        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return context.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("the doctor is a client");
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
