namespace ProcessPool.Conformance.Tests.Listing;

/// <summary>The tests of CPython that are not here, and why.</summary>
internal static class Skipped
{
    private const string ThreadPool = "It tests the pool of threads.";
    private const string FutureIsTask = "It tests the class Future, whose place Task takes: who may set its result is the framework's affair.";

    public static IReadOnlyList<Account> All { get; } =
    [
        Skip("TestSyncManagerTypes", "test_pool", "There are no managers, processes that hold objects for others."),
        Skip("ThreadedImportTests", "test_multiprocessing_pool_circular_import", "It tests the lock of Python's import, which .NET does not have."),
        Skip("ExecutorTest", "test_swallows_falsey_exceptions", "Nothing but a Boolean is true or false in C#."),
        Skip("ProcessPoolExecutorTest", "test_max_workers_too_large", "The limit of 61 is that of Python's way to wait on Windows."),
        Skip("ProcessPoolExecutorTest", "test_sysconf_permission_error", "The number of semaphores is not asked for."),
        Skip("ProcessPoolExecutorTest", "test_max_tasks_per_child_defaults_to_spawn_context", "There is one way to start a worker; it is never forked."),
        Skip("ProcessPoolExecutorTest", "test_python_finalization_error", "The runtime does not refuse threads while it ends."),
        Skip("ProcessPoolExecutorTest", "test_terminate_workers", "There is one way to end workers by force, Terminate, which kills; a gentle one does not exist. test_kill_workers is it."),
        Skip("ProcessPoolExecutorTest", "test_force_shutdown_workers_invalid_op", "Terminate has no parameter that could be wrong."),
        Skip("ThreadPoolShutdownTest", "test_threads_terminate", ThreadPool),
        Skip("ThreadPoolShutdownTest", "test_context_manager_shutdown", ThreadPool),
        Skip("ThreadPoolShutdownTest", "test_del_shutdown", ThreadPool),
        Skip("ThreadPoolShutdownTest", "test_shutdown_no_wait", ThreadPool),
        Skip("ThreadPoolShutdownTest", "test_thread_names_assigned", ThreadPool),
        Skip("ThreadPoolShutdownTest", "test_thread_names_default", ThreadPool),
        Skip("ThreadPoolShutdownTest", "test_cancel_futures_wait_false", ThreadPool),
        Skip("ThreadPoolWaitTests", "test_pending_calls_race", ThreadPool),
        Skip("AsCompletedTests", "test_correct_timeout_exception_msg", "Task.WhenEach has no time limit of its own, and so no message that counts what is unfinished."),
        Skip("FutureTests", "test_repr", "Task has no text of its own."),
        Skip("FutureTests", "test_running", "A Task does not tell whether its item waits or runs."),
        Skip("FutureTests", "test_multiple_set_result", FutureIsTask),
        Skip("FutureTests", "test_multiple_set_exception", FutureIsTask),
        Skip("FailingInitializerResourcesTest", "test_forkserver", "There is one way to start a worker: see test_spawn."),
    ];

    private static Account Skip(string @class, string test, string why) => new(@class, test, Fate.Skipped, why);
}
