using System.Management.Automation;
using System.Management.Automation.Host;
using System.Reflection;

namespace EnvelopeCrypto.PowerShell;

/// <content>What is asked before something is done.</content>
public abstract partial class EnvelopeCmdlet
{
    private bool _yesToAll;
    private bool _noToAll;

    /// <summary>Asks, where that is wanted, and says with -WhatIf what would be done.</summary>
    /// <param name="target">What it is done to.</param>
    /// <param name="action">What is done.</param>
    /// <param name="destroys">Whether it cannot be undone: then Enter alone means No.</param>
    /// <exception cref="EnvelopeException">PromptRequired when somebody would have to be asked, and no one is there.</exception>
    protected bool Approved(string target, string action, bool destroys = false)
    {
        // The shell itself would take the answer from whatever standard input is: the next line of somebody's list, or nothing for ever.
        if (!PersonIsThere && WouldAsk)
            throw Unconfirmed();
        return destroys && WouldAsk
            ? Answered($"{action}: {target}", "Confirm")
            : Asked(() => ShouldProcess(DisplayText.OneLine(target), action));
    }

    /// <summary>Asks, whatever the preference is. Enter alone means No.</summary>
    /// <exception cref="EnvelopeException">PromptRequired when no one is there.</exception>
    protected bool Answered(string question, string caption)
    {
        if (!PersonIsThere)
            throw Unconfirmed();
        return Asked(() => ShouldContinue(DisplayText.OneLine(question), caption, hasSecurityImpact: true, ref _yesToAll, ref _noToAll));
    }

    private static bool Asked(Func<bool> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception failure) when (failure is NullReferenceException or PSInvalidOperationException or HostException)
        {
            // How the shell says that it cannot ask; with standard input closed by NullReferenceException.
            throw Unconfirmed(failure);
        }
    }

    /// <summary>Whether the preference is never to be asked.</summary>
    protected bool NeverAsks =>
        LanguagePrimitives.TryConvertTo<ConfirmImpact>(GetVariableValue("ConfirmPreference"), out var from) && from == ConfirmImpact.None;

    private static EnvelopeException Unconfirmed(Exception? inner = null) =>
        new(
            EnvelopeError.PromptRequired, "this needs a confirmation, and no one is there to ask; -Confirm:$false skips the question.",
            inner);

    // As ShouldProcess decides it.
    private bool WouldAsk => !IsWhatIf && (MyInvocation.BoundParameters.TryGetValue("Confirm", out var given)
        ? given is SwitchParameter { IsPresent: true }
        : LanguagePrimitives.TryConvertTo<ConfirmImpact>(GetVariableValue("ConfirmPreference"), out var from) && from != ConfirmImpact.None && Impact >= from);

    private ConfirmImpact Impact => GetType().GetCustomAttribute<CmdletAttribute>()?.ConfirmImpact ?? ConfirmImpact.Medium;
}
