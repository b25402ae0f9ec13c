/*
 * sched/worker.c - a thread that does what others ask of it, in order.
 *
 * Invariants  a work is in the queue exactly while is_queued
 *             it is taken out before its function runs: it may be added again
 * Locks       worker.lock (RANK_WORKER), never held while work is done
 * Tests       kernel/test/worker.c
 */
#include "sched/worker.h"

#include "lib/err.h"
#include "lib/panic.h"
#include "sched/thread.h"

/* The next thing to do, or NULL if there is nothing and the end has come. */
static struct work *next_work(struct worker *worker)
{
    spin_lock(&worker->lock);
    worker->current = NULL;
    if (list_is_empty(&worker->todo))
        waitq_wake_all(&worker->quiet);
    wait_firmly(&worker->wakeup, &worker->lock,
                !list_is_empty(&worker->todo) || worker->must_end);
    struct list *link = list_pop_front(&worker->todo);
    if (link) {
        worker->current = list_entry(link, struct work, link);
        worker->current->is_queued = false;
    }
    struct work *work = worker->current;
    spin_unlock(&worker->lock);
    return work;
}

static int worker_main(void *arg)
{
    struct worker *worker = arg;
    struct work *work;
    while ((work = next_work(worker)))
        work->fn(work);
    return 0;
}

int worker_start(struct worker *worker, const char *name,
                 enum priority priority)
{
    spin_init(&worker->lock, name, RANK_WORKER);
    list_init(&worker->todo);
    worker->current = NULL;
    worker->must_end = false;
    waitq_init(&worker->wakeup, "work");
    waitq_init(&worker->quiet, "the end of work");
    worker->thread = thread_spawn(name, worker_main, worker, priority);
    return is_err(worker->thread) ? ptr_err(worker->thread) : 0;
}

void work_init(struct work *work, void (*fn)(struct work *w))
{
    list_init(&work->link);
    work->fn = fn;
    work->is_queued = false;
}

bool worker_add(struct worker *worker, struct work *work)
{
    spin_lock(&worker->lock);
    assert(!worker->must_end); /* else: nobody would do it */
    bool is_new = !work->is_queued;
    if (is_new) {
        work->is_queued = true;
        list_push_back(&worker->todo, &work->link);
        waitq_wake_one(&worker->wakeup);
    }
    spin_unlock(&worker->lock);
    return is_new;
}

void worker_flush(struct worker *worker)
{
    spin_lock(&worker->lock);
    wait_firmly(&worker->quiet, &worker->lock,
                list_is_empty(&worker->todo) && !worker->current);
    spin_unlock(&worker->lock);
}

void worker_stop(struct worker *worker)
{
    spin_lock(&worker->lock);
    worker->must_end = true;
    waitq_wake_all(&worker->wakeup);
    spin_unlock(&worker->lock);
    thread_join(worker->thread);
}
