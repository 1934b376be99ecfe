/* `dotnet.exe` for the lab: loads the hostfxr.dll beside it and hands everything on. The packages of the runtimes bring none. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

typedef int (*hostfxr_main)(int argc, const wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    wchar_t path[4096];
    GetModuleFileNameW(NULL, path, 4096);
    wcscpy(wcsrchr(path, L'\\') + 1, L"hostfxr.dll");
    HMODULE library = LoadLibraryW(path);
    if (!library) {
        fwprintf(stderr, L"%ls cannot be loaded: %lu\n", path, GetLastError());
        return 1;
    }
    return ((hostfxr_main)GetProcAddress(library, "hostfxr_main"))(argc, (const wchar_t **)argv);
}
