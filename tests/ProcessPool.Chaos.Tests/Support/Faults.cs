using System.Collections;

namespace ProcessPool.Chaos.Tests.Support;

/// <summary>A way in which an item fails while its worker goes on, and the failure that the caller gets.</summary>
internal sealed record Fault
{
    private const string Broke = "It broke.";

    /// <summary>What the item does instead of its work; null if its argument is at fault.</summary>
    public Func<Parcel, Parcel>? Run { get; init; }

    /// <summary>Makes the argument fail.</summary>
    public Func<Parcel, Parcel> Prepare { get; init; } = static parcel => parcel;

    /// <summary>Checks the exception that the caller gets.</summary>
    public required Action<Exception> Check { get; init; }

    public static IReadOnlyDictionary<string, Fault> All { get; } = new Dictionary<string, Fault>
    {
        ["an argument that throws when it is written"] = new()
        {
            Prepare = static parcel => parcel with { Glass = new Glass(InWorker: false, WhenWritten: true) },
            Check = static error => IsValue(error, "Parcel.Glass", Broke),
        },
        ["an argument that throws when it is read"] = new()
        {
            Prepare = static parcel => parcel with { Glass = new Glass(InWorker: true, WhenWritten: false) },
            Check = static error => IsValue(error, "Parcel.Glass", Broke),
        },
        ["an argument that throws when it is enumerated"] = new()
        {
            Prepare = static parcel => parcel with { Beads = BrokenString() },
            Check = static error => IsValue(error, "Parcel.Beads", Broke),
        },
        ["an argument that is not what it is declared to be"] = new()
        {
            Prepare = static parcel => parcel with { Toy = new Train() },
            Check = static error => IsValue(error, "Parcel.Toy", nameof(Train)),
        },
        ["an argument that is nested too deeply"] = new()
        {
            Prepare = static parcel => parcel with { Doll = Doll.Deep() },
            Check = static error => IsValue(error, "Parcel.Doll", "500"),
        },
        ["a result that throws when it is written"] = new()
        {
            Run = static parcel => parcel with { Glass = new Glass(InWorker: true, WhenWritten: true) },
            Check = static error => IsValue(error, "Parcel.Glass", Broke),
        },
        ["a result that throws when it is read"] = new()
        {
            Run = static parcel => parcel with { Glass = new Glass(InWorker: false, WhenWritten: false) },
            Check = static error => IsValue(error, "Parcel.Glass", Broke),
        },
        ["a result that throws when it is enumerated"] = new()
        {
            Run = static parcel => parcel with { Beads = BrokenString() },
            Check = static error => IsValue(error, "Parcel.Beads", Broke),
        },
        ["a result that is not what it is declared to be"] = new()
        {
            Run = static parcel => parcel with { Toy = new Train() },
            Check = static error => IsValue(error, "Parcel.Toy", nameof(Train)),
        },
        ["a result that is nested too deeply"] = new()
        {
            Run = static parcel => parcel with { Doll = Doll.Deep() },
            Check = static error => IsValue(error, "Parcel.Doll", "500"),
        },
        ["an exception whose constructor throws another"] = Thrown(
            static () => new Stillborn(), static error => Assert.That(error, Is.TypeOf<NotSupportedException>().With.Message.EqualTo(nameof(Stillborn)))),
        ["an exception whose constructor throws in the coordinator"] = Thrown(
            static () => new Homesick(), static error => Assert.That(error, Is.TypeOf<Homesick>().With.Message.EqualTo(nameof(Homesick)))),
        ["an exception that changes on its way"] = Thrown(static () => new Fickle(), static error => IsDescribed(error, nameof(Fickle), "here")),
        ["an exception that holds another 200 deep"] = Thrown(Deep, static error =>
        {
            var depth = 1;
            for (; error.InnerException is not null; depth++) error = error.InnerException;
            Assert.That(depth, Is.EqualTo(32));
            Assert.That(error.Message, Does.Contain("169 inner exceptions that were not sent"));
        }),
        ["an exception whose Message throws"] = Thrown(
            static () => new Spiteful { Part = nameof(Exception.Message) }, static error => IsDescribed(error, nameof(Spiteful), "its Message property threw")),
        ["an exception whose ToString throws"] = Spite(nameof(ToString)),
        ["an exception whose StackTrace throws"] = Spite(nameof(Exception.StackTrace)),
        ["an exception whose Data throws"] = Spite(nameof(Exception.Data)),
        ["an exception whose Source throws"] = Spite(nameof(Exception.Source)),
        ["an exception whose HelpLink throws"] = Spite(nameof(Exception.HelpLink)),
        ["an exception without Data"] = Thrown(static () => new Spiteful { Part = "no Data" }, static error => IsDescribed(error, nameof(Spiteful), "spite")),
        ["an exception whose Data takes nothing"] = Thrown(static () => new Spiteful { Part = "closed Data" }, static error => IsDescribed(error, nameof(Spiteful), "spite")),
        ["a cancellation that nobody asked for"] = Thrown(
            static () => new OperationCanceledException("mine", new CancellationToken(true)),
            static error => IsDescribed(error, nameof(OperationCanceledException), "mine")),
        ["a cancelled task that nobody cancelled"] = Thrown(
            static () => new TaskCanceledException("mine"), static error => IsDescribed(error, nameof(TaskCanceledException), "mine")),
    };

    /// <summary>Runs in a worker: sends a parcel back, or fails.</summary>
    public static Parcel SendBack(Parcel parcel) =>
        parcel.Fault is { } name && All[name].Run is { } run ? run(parcel) : parcel;

    private static Fault Thrown(Func<Exception> make, Action<Exception> check) => new() { Run = _ => throw make(), Check = check };

    private static Fault Spite(string part) =>
        Thrown(() => new Spiteful { Part = part }, static error => IsDescribed(error, nameof(Spiteful), "spite"));

    private static IEnumerable<int> BrokenString()
    {
        yield return 1;
        throw new InvalidDataException(Broke);
    }

    private static Exception Deep()
    {
        var exception = new FormatException("0");
        for (var i = 1; i <= 200; i++) exception = new FormatException($"{i}", exception);
        return exception;
    }

    private static void IsValue(Exception error, string path, string problem)
    {
        Assert.That(error, Is.TypeOf<ValueException>());
        Assert.That(error.Message, Does.StartWith($"Item {((ValueException)error).Item} failed. {path}").And.Contain(problem));
    }

    private static void IsDescribed(Exception error, string type, string message)
    {
        Assert.That(error, Is.TypeOf<RemoteTaskException>());
        var described = (RemoteTaskException)error;
        Assert.That(described.RemoteTypeName, Does.EndWith(type));
        Assert.That(described.RemoteMessage, Does.Contain(message));
    }

    private sealed class Stillborn : Exception
    {
        public Stillborn() => throw new NotSupportedException(nameof(Stillborn));
    }

    private sealed class Homesick : Exception
    {
        public Homesick()
            : base(nameof(Homesick))
        {
            if (Environment.GetEnvironmentVariable("PROCESSPOOL_DEPTH") is null) throw new NotSupportedException("Not here.");
        }
    }

    private sealed class Fickle : Exception
    {
        [NonSerialized]
        private readonly string _place = "here";

        public override string Message => $"{_place}";
    }

    /// <summary>An exception one of whose members throws whenever it is used.</summary>
    private sealed class Spiteful() : Exception("spite")
    {
        private static readonly IDictionary Closed = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

        public required string Part { get; init; }

        public override string Message => Spare(nameof(Message), base.Message);

        public override string? StackTrace => Spare(nameof(StackTrace), base.StackTrace);

        public override IDictionary Data => Part switch
        {
            "no Data" => null!,
            "closed Data" => Closed,
            _ => Spare(nameof(Data), base.Data),
        };

        public override string? Source
        {
            get => Spare(nameof(Source), base.Source);
            set => base.Source = Spare(nameof(Source), value);
        }

        public override string? HelpLink
        {
            get => Spare(nameof(HelpLink), base.HelpLink);
            set => base.HelpLink = Spare(nameof(HelpLink), value);
        }

        public override string ToString() => Spare(nameof(ToString), base.ToString());

        private T Spare<T>(string part, T value) => part == Part ? throw new NotSupportedException(part) : value;
    }
}
