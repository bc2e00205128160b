package dev.fathom.testing;

import dev.fathom.cluster.Cluster;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A real cluster of which some calls go wrong. */
public final class FaultyCluster {

    private FaultyCluster() {}

    /** Stands before every call and may answer it, let it through, or do something before or after. */
    @FunctionalInterface
    public interface Fault {
        Object answer(Cluster real, Method method, Object[] arguments) throws ReflectiveOperationException;
    }

    public static Cluster of(Cluster real, Fault fault) {
        return (Cluster) Proxy.newProxyInstance(
                FaultyCluster.class.getClassLoader(), new Class<?>[] {Cluster.class}, (proxy, method, arguments) -> {
                    try {
                        return fault.answer(real, method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
