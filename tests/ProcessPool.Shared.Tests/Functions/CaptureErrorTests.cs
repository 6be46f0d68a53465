namespace ProcessPool
{
    /// <summary>Replaces the real Pool, which is recognized by its name.</summary>
    internal sealed class Pool : IDisposable
    {
        public Thread? Thread;

        public int Count() => Thread is null ? 0 : 1;

        public void Dispose()
        {
        }
    }
}

namespace ProcessPool.Tests.Functions
{
    [CancelAfter(60_000)]
    internal sealed class CaptureErrorTests
    {
        private static readonly string ThisName = typeof(Runner).FullName!.Replace('+', '.');

        [Test]
        public void A_captured_variable_is_named_with_its_type_and_the_way_out()
        {
            using var writer = new StreamWriter(new MemoryStream());
            Assert.That(Refusal((int x) => writer.Write(x)).Message, Is.EqualTo(
                "captured variable 'writer' (System.IO.StreamWriter): cannot be sent to another process. "
                + "Open it inside the function, or read its content first and capture that."));
        }

        [Test]
        public void A_value_inside_a_captured_variable_is_named_by_its_path()
        {
            var orders = new List<Order> { new(), new() { Stream = Stream.Null } };
            var error = Refusal((int x) => orders[x]);
            Assert.That(error.Message, Does.StartWith("captured variable 'orders'").And.Contain("Stream"));
        }

        [Test]
        public void The_reason_is_named_also_within_a_class_of_the_user_that_is_disposed_of()
        {
            using var runner = new Runner("name", new Lazy<int>(1));
            Assert.That(Refusal(() => runner.Equals(null)).Message, Does.Contain(".lazy: System.Lazy<System.Int32> cannot be sent"));
        }

        [Test]
        public void A_field_of_this_is_named_with_its_class()
        {
            using var runner = new Runner("name", new Lazy<int>(1));
            Assert.That(Refusal(runner.UsesLog()).Message, Does.StartWith($"this ({ThisName})._log (System.IO.StreamWriter): "));
            Assert.That(Refusal(runner.UsesProperty()).Message, Does.StartWith($"this ({ThisName}).Source (System.Threading.CancellationTokenSource): "));
            Assert.That(Refusal(runner.UsesProperty()).Message, Does.Contain("Capture its Token"));
            Assert.That(Refusal(runner.UsesParameter()).Message, Does.StartWith($"this ({ThisName}).lazy: "));
            Assert.That(Samples.Copy(runner.UsesName())(), Is.EqualTo("name"));
        }

        [Test]
        public void A_captured_pool_gets_a_message_of_its_own()
        {
            using var pool = new Pool { Thread = Thread.CurrentThread };
            Assert.That(Refusal(() => pool.Count()).Message, Does.StartWith("captured variable 'pool' (ProcessPool.Pool): cannot be sent to another process: a pool belongs to the process"));
        }

        [Test]
        public void A_captured_lock_says_that_it_guards_nothing()
        {
            var gate = new object();
            var error = Refusal(() =>
            {
                lock (gate) return 1;
            });
            Assert.That(error.Message, Does.StartWith("captured variable 'gate' (System.Object): ").And.Contain("where a lock would guard nothing"));
        }

        [Test]
        public void A_captured_function_that_has_no_counterpart_is_named()
        {
            Action both = Console.Beep;
            both += Console.Beep;
            var error = Refusal(() => both());
            Assert.That(error.Message, Does.StartWith("captured variable 'both': ").And.Contain("multicast"));
            Assert.That(error.ValueType, Is.EqualTo(typeof(Action)));
        }

        [Test]
        public void The_object_of_a_method_group_is_named()
        {
            using var stream = new MemoryStream();
            Assert.That(Refusal(stream.ReadByte).Message, Does.StartWith("the object that MemoryStream.ReadByte is called on: "));
        }

        [Test]
        public void Private_state_of_a_framework_class_does_not_travel()
        {
            var names = new Names { ["a"] = 1 };
            Assert.That(Refusal<Func<string, bool>>(names.ContainsKey).Message, Does.Contain("inherited from System.Collections.Generic.Dictionary<"));
            Assert.That(Samples.Copy(names.UsesOwn())(4), Is.EqualTo(14));
        }

        private static ValueException Refusal<T>(T function)
            where T : Delegate => Assert.Throws<ValueException>(() => Samples.Encode(function))!;

        private sealed class Order
        {
            public Stream? Stream;
        }

        private sealed class Names : Dictionary<string, int>
        {
            private readonly int _own = 10;

            public Func<int, int> UsesOwn() => x => x + _own;
        }

        private sealed class Runner(string name, Lazy<int> lazy) : IDisposable
        {
            private readonly StreamWriter _log = new(new MemoryStream());

            public CancellationTokenSource Source { get; } = new();

            public Action UsesLog() => () => _log.Flush();

            public Action UsesProperty() => () => Source.Cancel();

            public Func<int> UsesParameter() => () => lazy.Value;

            public Func<string> UsesName() => () => name;

            public void Dispose()
            {
                _log.Dispose();
                Source.Dispose();
            }
        }
    }
}
