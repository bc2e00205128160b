package dev.fathom.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Callers of the service, and what they were answered. Closed: each asks again as soon as it was answered, also where it was
 * refused. Open: questions come at a rate whatever becomes of those before, and the time of one counts from the moment it was to
 * be asked, so that waiting for a free connection is part of it.
 */
final class Load {

    /** One answer in so many is read. */
    private static final int LOOKED_AT = 25;

    private static final int WARM_UP_CALLERS = 10;

    private static final Duration GRACE = Duration.ofSeconds(6);

    /**
     * What came of a load, without its warm-up.
     *
     * @param statuses answers by status to what was asked in the time
     * @param good how long those took that are 200
     * @param others how long the others took
     * @param goodput 200s a second that came within the time
     * @param wrong 200s among those looked at that said something false
     * @param unsent questions of an open loop that no connection came free for
     */
    record Result(
            Map<Integer, Long> statuses, Latencies good, Latencies others, double goodput, long wrong, long unsent) {

        long all() {
            return statuses.values().stream().mapToLong(Long::longValue).sum();
        }

        double share(int status) {
            return statuses.getOrDefault(status, 0L) / (double) Math.max(1, all());
        }

        /** Whether everybody was answered, and nobody by more than these. */
        boolean only(Collection<Integer> allowed) {
            return all() > 0 && allowed.containsAll(statuses.keySet());
        }
    }

    private final int port;
    private final Duration warmUp;
    private final Duration length;

    Load(int port, Duration warmUp, Duration length) {
        this.port = port;
        this.warmUp = warmUp;
        this.length = length;
    }

    /** Has a service that was just started compile what it will be measured at: four times a load's warm-up, both questions. */
    static void warmUp(int port, Settings settings, DataSet set) {
        Load load = new Load(port, Duration.ZERO, settings.warmUp().multipliedBy(2));
        load.closed(WARM_UP_CALLERS, Question.totals(set));
        load.closed(WARM_UP_CALLERS, Question.rows(set));
    }

    Result closed(int callers, Question question) {
        return run(callers, question, turns -> {
            await(turns.begin);
            return System.nanoTime();
        });
    }

    Result open(double rate, int connections, Question question) {
        AtomicLong tickets = new AtomicLong();
        return run(connections, question, turns -> {
            long due = turns.begin + (long) (tickets.getAndIncrement() * 1e9 / rate);
            await(due);
            return due;
        });
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** When the next question of one caller is to be asked; returns when it is so late. */
    @FunctionalInterface
    private interface Turn {
        long await(Turns turns);
    }

    private record Turns(long begin, long from, long to) {}

    private Result run(int callers, Question question, Turn turn) {
        long begin = System.nanoTime() + Duration.ofMillis(50).toNanos();
        Turns turns = new Turns(
                begin, begin + warmUp.toNanos(), begin + warmUp.plus(length).toNanos());
        List<Caller> all = IntStream.range(0, callers)
                .mapToObj(number -> new Caller(number, question, turn, turns))
                .toList();
        Crew.work(all);
        Map<Integer, Long> statuses = new TreeMap<>();
        all.forEach(caller -> caller.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum)));
        List<Latencies> good = new ArrayList<>();
        List<Latencies> others = new ArrayList<>();
        all.forEach(caller -> {
            good.add(caller.good);
            others.add(caller.others);
        });
        return new Result(
                statuses,
                Latencies.together(good),
                Latencies.together(others),
                all.stream().mapToLong(caller -> caller.inTime).sum() * 1e9 / length.toNanos(),
                all.stream().mapToLong(caller -> caller.wrong).sum(),
                all.stream().mapToLong(caller -> caller.unsent).sum());
    }

    private final class Caller implements Runnable {

        private final SplittableRandom random;
        private final Question question;
        private final Turn turn;
        private final Turns turns;
        private final Map<Integer, Long> statuses = new TreeMap<>();
        private final Latencies good = new Latencies();
        private final Latencies others = new Latencies();
        private long inTime;
        private long wrong;
        private long unsent;

        private Caller(int number, Question question, Turn turn, Turns turns) {
            this.random = new SplittableRandom(number);
            this.question = question;
            this.turn = turn;
            this.turns = turns;
        }

        @Override
        public void run() {
            try (HttpCaller caller = new HttpCaller(port)) {
                long due = turn.await(turns);
                for (long asked = 0; due < turns.to(); asked++) {
                    if (System.nanoTime() > turns.to() + GRACE.toNanos()) {
                        unsent += due >= turns.from() ? 1 : 0;
                    } else {
                        ask(caller, due, asked);
                    }
                    due = turn.await(turns);
                }
            }
        }

        private void ask(HttpCaller caller, long due, long asked) {
            Question.Asked next = question.next(random);
            int status = caller.get(next.path());
            long now = System.nanoTime();
            if (status == 200 && now >= turns.from() && now < turns.to()) {
                inTime++;
            }
            if (due < turns.from()) {
                return;
            }
            statuses.merge(status, 1L, Long::sum);
            (status == 200 ? good : others).add(now - due);
            if (status == 200 && asked % LOOKED_AT == 0 && !next.right().test(caller.body())) {
                wrong++;
            }
        }
    }
}
