using MessagePack;
using ProcessPool.Values;

namespace ProcessPool.Functions;

/// <summary>Writes a delegate as data: its method, and the captured values that it reads.</summary>
/// <remarks>
/// function = [environments, functions, root, contents]; environment = [type, assembly of an inherited field…];
/// function of the table = [delegate type, method, target]; target = nil | environment's number | -1 - function's number |
/// boolean (a cancellation token: whether it can be cancelled) | [type, value]; contents = for each environment a map from
/// field numbers to values.
/// </remarks>
internal readonly struct FunctionWriter
{
    private readonly IdentityWriter _identities = new();
    private readonly ValueContext _context;
    private readonly FunctionGraph _graph;

    static FunctionWriter() => FunctionFormatters.Register();

    private FunctionWriter(Delegate function, ValueContext context)
    {
        _context = context;
        _graph = new FunctionGraph(function, context.Formatters.Users);
    }

    /// <summary>Writes a function with its captured values. If this throws, a part of it may have been written.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="function">The function.</param>
    /// <param name="context">The context of the message.</param>
    /// <exception cref="FunctionException">The function itself has no counterpart in another process.</exception>
    /// <exception cref="ValueException">A captured value cannot be sent to another process.</exception>
    public static void Write(ref MessagePackWriter writer, Delegate function, ValueContext context)
    {
        var scope = new WriteScope(ref writer, context.Message);
        WriteWithin(ref writer, function, context);
        scope.End(ref writer, context);
    }

    /// <summary>Writes a function as a part of a value, which shares objects with what the function has captured.</summary>
    /// <inheritdoc cref="Write(ref MessagePackWriter, Delegate, ValueContext)"/>
    public static void WriteWithin(ref MessagePackWriter writer, Delegate function, ValueContext context)
    {
        HotReload.ThrowIfUpdated();
        new FunctionWriter(function, context).Write(ref writer);
    }

    private void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.WriteArrayHeader(_graph.Environments.Count);
        foreach (var environment in _graph.Environments) WriteType(ref writer, EnvironmentType.Of(environment.GetType()));
        writer.WriteArrayHeader(_graph.Functions.Count);
        foreach (var function in _graph.Functions) WriteFunction(ref writer, function);
        writer.Write(_graph.Root);
        writer.WriteArrayHeader(_graph.Environments.Count);
        foreach (var environment in _graph.Environments) WriteContent(ref writer, environment);
    }

    /// <summary>
    /// Also writes the assemblies of base classes, so that the reader can check that it has the same builds of them.
    /// </summary>
    private void WriteType(ref MessagePackWriter writer, EnvironmentType type)
    {
        var fields = _graph.FieldsOf(type);
        var module = type.Type.Module;
        var modules = new List<System.Reflection.Module>();
        foreach (var index in fields)
        {
            var declaring = type.Fields[index].Info.DeclaringType!;
            if (!type.IsClosure && FrameworkAssemblies.Contains(declaring)) throw CaptureError.Inherits(type.Type, declaring);
            if (declaring.Module != module && !modules.Contains(declaring.Module)) modules.Add(declaring.Module);
        }

        writer.WriteArrayHeader(1 + modules.Count);
        _identities.Write(ref writer, type.Type);
        foreach (var other in modules) _identities.Write(ref writer, other.Assembly);
    }

    private void WriteFunction(ref MessagePackWriter writer, Delegate function)
    {
        writer.WriteArrayHeader(3);
        _identities.Write(ref writer, function.GetType());
        _identities.Write(ref writer, function.Method);
        WriteTarget(ref writer, function);
    }

    private void WriteTarget(ref MessagePackWriter writer, Delegate function)
    {
        var target = function.Target;
        var method = function.Method;
        switch (target)
        {
            case null:
                writer.WriteNil();
                break;
            case Delegate inner:
                writer.Write(-1 - _graph.NumberOf(inner));
                break;
            case CancellationToken token:
                writer.Write(token.CanBeCanceled);
                break;
            case var _ when !method.IsStatic && EnvironmentType.Includes(target.GetType(), _context.Formatters.Users):
                writer.Write(_graph.NumberOf(target));
                break;
            default:
                WriteTargetValue(ref writer, method, target);
                break;
        }
    }

    private void WriteTargetValue(ref MessagePackWriter writer, System.Reflection.MethodInfo method, object target)
    {
        // The object a method is called on is written as its actual class, a bound argument as its declared type.
        var type = method.IsStatic ? method.GetParameters()[0].ParameterType : target.GetType();
        writer.WriteArrayHeader(2);
        _identities.Write(ref writer, type);
        try
        {
            _context.Formatters.Get(type).SerializeObject(ref writer, target, _context);
        }
        catch (ValueException e)
        {
            throw CaptureError.OfTarget(method, e);
        }
    }

    private void WriteContent(ref MessagePackWriter writer, object environment)
    {
        var type = EnvironmentType.Of(environment.GetType());
        var fields = _graph.FieldsOf(type);
        writer.WriteMapHeader(fields.Count);
        foreach (var index in fields)
        {
            writer.Write(index);
            WriteField(ref writer, type, type.Fields[index], environment);
        }
    }

    private void WriteField(ref MessagePackWriter writer, EnvironmentType type, EnvironmentField field, object environment)
    {
        var content = field.Info.GetValue(environment);
        if (content is null)
        {
            writer.WriteNil();
            return;
        }

        switch (field.KindAmong(_context.Formatters.Users))
        {
            case CaptureKind.Environment:
                writer.Write(_graph.NumberOf(content));
                break;
            case CaptureKind.Function:
                writer.Write(_graph.NumberOf((Delegate)content));
                break;
            case CaptureKind.CancellationToken:
                writer.Write(((CancellationToken)content).CanBeCanceled);
                break;
            default:
                WriteValue(ref writer, type, field, content);
                break;
        }
    }

    private void WriteValue(ref MessagePackWriter writer, EnvironmentType type, EnvironmentField field, object content)
    {
        if (type.IsClosure && CaptureError.IsLock(content)) throw CaptureError.OfLock(type, field);
        try
        {
            _context.Formatters.Get(field.Info.FieldType).SerializeObject(ref writer, content, _context);
        }
        catch (ValueException e)
        {
            throw CaptureError.Of(type, field, content, e);
        }
    }
}
