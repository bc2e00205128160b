package dev.fathom.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order passwords are checked, whoever sent how many. */
class ChecksTest {

    private final Checks checks = new Checks("fathom-checks-test");
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void letGo() {
        held.countDown();
    }

    /** So that what comes after it waits until all of it is there. */
    private void holdUp() throws InterruptedException {
        checks.begin("holder", "hold", () -> {
            begun.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return true;
        });
        begun.await();
    }

    private BooleanSupplier noted(String what) {
        return () -> order.add(what);
    }

    @Test
    void whoHasOneCheckedWaitsForOneOfEachOther() throws InterruptedException {
        holdUp();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (String what : List.of("a1", "a2", "a3", "b1", "b2", "c1")) {
            all.add(checks.begin(what.substring(0, 1), what, noted(what)));
        }

        held.countDown();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();

        assertThat(order).containsExactly("a1", "b1", "c1", "a2", "b2", "a3");
    }

    @Test
    void whatFailedIsToldAndTheNextIsChecked() throws InterruptedException {
        holdUp();
        CompletableFuture<Boolean> failing = checks.begin("a", "a1", () -> {
            throw new IllegalStateException("cannot be read");
        });
        CompletableFuture<Boolean> behind = checks.begin("a", "a2", noted("a2"));

        held.countDown();

        assertThatThrownBy(failing::join).hasMessageContaining("cannot be read");
        assertThat(behind.join()).isTrue();
        assertThat(checks.underWay("a1")).isNull();
    }

    @Test
    void whatIsMoreThanMayWaitIsRefusedAndLeavesNothing() throws InterruptedException {
        holdUp();
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            all.add(checks.begin("a", "a" + i, noted("a" + i)));
        }

        assertThatThrownBy(() -> checks.begin("b", "b1", noted("b1"))).isInstanceOf(RejectedExecutionException.class);
        assertThat(checks.underWay("b1")).isNull();
        held.countDown();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        assertThat(checks.begin("b", "b1", noted("b1")).join()).isTrue();
        assertThat(order).hasSize(33).endsWith("b1");
    }
}
