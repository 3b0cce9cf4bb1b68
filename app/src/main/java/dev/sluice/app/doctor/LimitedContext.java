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

/// A context whose connections receive no more than a budget, all together. The JDK's client keeps the frames that it
/// owes a server without a limit: each of nine bytes becomes hundreds where the server reads none.
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

        /// The probe that has a socket of its own reads no more than the beginning of an answer.
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
