package dev.sluice.server.net;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpDecoderConfig;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/// A program's build may replace libraries by older ones.
final class DependenciesTest {
    @Test
    void acceptsTheVersionsOfThisBuild() {
        assertThatCode(Dependencies::check).doesNotThrowAnyException();
    }

    /// Netty 4.2.9, for example: the hub would start, and each connection fail.
    @Test
    void namesANettyWithoutAMethodOfTheHub() throws Exception {
        Method check = new OlderNetty().loadClass(Dependencies.class.getName()).getMethod("check");

        assertThatThrownBy(() -> check.invoke(null)).rootCause().isInstanceOf(NoSuchMethodError.class);
        assertThatThrownBy(() -> check.invoke(null))
                .cause()
                .hasMessageContainingAll("io.netty:netty-codec-http", Dependencies.NETTY, "netty.version");
    }

    /// Loads the check anew, with a class of Netty that has a constructor and nothing else.
    private static final class OlderNetty extends ClassLoader {
        private OlderNetty() {
            super(DependenciesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (findLoadedClass(name) != null) return findLoadedClass(name);
            byte[] bytes;
            if (name.equals(HttpDecoderConfig.class.getName())) bytes = empty(name);
            else if (name.startsWith(Dependencies.class.getName())) bytes = bytes(name);
            else return super.loadClass(name, resolve);
            return defineClass(name, bytes, 0, bytes.length);
        }

        private static byte[] empty(String name) {
            return ClassFile.of()
                    .build(
                            ClassDesc.of(name),
                            type -> type.withMethodBody(
                                    ConstantDescs.INIT_NAME,
                                    ConstantDescs.MTD_void,
                                    ClassFile.ACC_PUBLIC,
                                    code -> code.aload(0)
                                            .invokespecial(
                                                    ConstantDescs.CD_Object,
                                                    ConstantDescs.INIT_NAME,
                                                    ConstantDescs.MTD_void)
                                            .return_()));
        }

        private byte[] bytes(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                return in.readAllBytes();
            } catch (IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
