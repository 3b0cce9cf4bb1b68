package dev.sluice.spring.listener;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceHub;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import tools.jackson.databind.json.JsonMapper;

/// Finds methods with [SluiceListener], starts their subscriptions with the application's context, and stops
/// them within three seconds.
public final class ListenerRegistry implements BeanPostProcessor, SmartInitializingSingleton, SmartLifecycle {
    /// Methods that take longer are interrupted.
    private static final long STOP_NS_MAX = TimeUnit.MILLISECONDS.toNanos(2500);

    /// Stops after the web server, whose requests may still publish, and before its hub.
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private record Found(String name, Object bean, Method method, SluiceListener listener) {}

    private final ConfigurableBeanFactory beans;
    private final Set<Class<?>> withoutListeners = ConcurrentHashMap.newKeySet();
    private final List<Found> found = new ArrayList<>();
    private List<ListenerContainer> containers = List.of();
    private volatile boolean isRunning;

    public ListenerRegistry(ConfigurableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        var type = AopUtils.getTargetClass(bean);
        if (withoutListeners.contains(type) || !AnnotationUtils.isCandidateClass(type, SluiceListener.class)) {
            return bean;
        }
        var methods = MethodIntrospector.selectMethods(type, ListenerRegistry::listener);
        if (methods.isEmpty()) withoutListeners.add(type);
        methods.forEach((method, listener) ->
                found.add(new Found(name, bean, AopUtils.selectInvocableMethod(method, bean.getClass()), listener)));
        return bean;
    }

    private static @Nullable SluiceListener listener(Method method) {
        return AnnotatedElementUtils.findMergedAnnotation(method, SluiceListener.class);
    }

    /// Makes the subscriptions now, because a method or an annotation with a mistake must fail the start.
    @Override
    public void afterSingletonsInstantiated() {
        if (found.isEmpty()) return;
        var hub = beans.getBean(SluiceHub.class);
        var json = orElse(beans.getBeanProvider(JsonMapper.class), new JsonMapper());
        var errors = orElse(beans.getBeanProvider(SluiceErrorHandler.class), new RetryThenSkip());
        var cursors = beans.getBeanProvider(SluiceCursorStore.class).getIfAvailable();
        containers = found.stream()
                .map(each -> new ListenerContainer(
                        each.listener.id().isEmpty() ? each.name + "." + each.method.getName() : each.listener.id(),
                        selection(each),
                        new ListenerMethod(each.bean, each.method, json),
                        hub,
                        errors,
                        cursors))
                .toList();
    }

    private static <T> T orElse(ObjectProvider<T> provider, T other) {
        return provider.getIfAvailable(() -> other);
    }

    private Selection selection(Found method) {
        var listener = method.listener;
        try {
            return new Selection(
                    Arrays.stream(listener.channels()).map(this::resolved).toList(),
                    Selection.Start.of(resolved(listener.from())),
                    Arrays.stream(listener.types()).map(this::resolved).toList());
        } catch (IllegalArgumentException reason) {
            throw new IllegalArgumentException("@SluiceListener " + method.method + ": " + reason.getMessage(), reason);
        }
    }

    private String resolved(String text) {
        return Objects.requireNonNullElse(beans.resolveEmbeddedValue(text), "");
    }

    @Override
    public void start() {
        containers.forEach(ListenerContainer::start);
        isRunning = true;
    }

    @Override
    public void stop() {
        isRunning = false;
        containers.forEach(ListenerContainer::beginStop);
        long deadlineNs = System.nanoTime() + STOP_NS_MAX;
        for (var container : containers) {
            try {
                container.stop(deadlineNs);
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
